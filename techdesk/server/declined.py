"""What a server answers when it will not do what it was asked: a sentence, a status, and a word for programs."""


class Declined(Exception):
    """`code` tells a laptop what kind of refusal it is; `more` are further fields of the answer."""

    def __init__(self, status: int, code: str, sentence: str, **more: int | str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.more = more

    def document(self) -> dict[str, int | str]:
        """The answer's body."""
        return {"error": str(self), "code": self.code, **self.more}
