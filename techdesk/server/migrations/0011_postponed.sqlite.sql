CREATE TABLE postponed (
	org INTEGER NOT NULL,
	mid TEXT NOT NULL,
	laptop TEXT NOT NULL,
	about TEXT NOT NULL,
	PRIMARY KEY (org, mid)
);
