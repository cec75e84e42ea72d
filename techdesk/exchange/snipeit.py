"""What Snipe-IT takes in: its columns, under the headers of its own samples (assets and consumables)."""

# A state of a device as a status label that every Snipe-IT has, or that its manual names.
STATUS = {
    "ordered": "Pending",
    "in_stock": "Ready to Deploy",
    "in_service": "Deployed",
    "on_loan": "Deployed",
    "faulty": "Undeployable",
    "in_repair": "Out for Repair",
    "retired": "Archived",
    "disposed": "Archived",
    "lost": "Lost/Stolen",
}
_STATUS = " ".join(f"WHEN '{state}' THEN '{label}'" for state, label in STATUS.items())

SQL = {
    "devices": f"""SELECT site.trust AS "Company", device.name AS "Name", tag AS "Asset Tag", serial AS "Serial",
        category AS "Category", supplier AS "Supplier", manufacturer.name AS "Manufacturer",
        coalesce(site.name, stock_location.name) AS "Location", order_number AS "Order Number",
        m.name AS "Model", number AS "Model Number", note AS "Asset Notes", bought AS "Purchase Date",
        cost AS "Purchase Cost", CASE device.state {_STATUS} END AS "Status", warranty_end AS "Warranty Expires",
        update_expiry AS "Asset EOL Date" FROM device
        LEFT JOIN site ON site.id = device.site_id LEFT JOIN stock_location ON stock_location.id = location_id
        LEFT JOIN model_of AS m ON m.id = device.model_id
        LEFT JOIN manufacturer ON manufacturer.id = manufacturer_id ORDER BY device.n""",
    # A row for each place of a part, as one consumable has one place there.
    "parts": """SELECT NULL AS "Company", part.name AS "Name", category AS "Category", supplier AS "Supplier",
        NULL AS "Manufacturer", max(0, coalesce(stock_balance.quantity, 0)) AS "QTY", stock_location.name AS "Location",
        NULL AS "Order Number", minimum AS "Min Amount", NULL AS "Model Number", sku AS "Item Number", NULL AS "Notes",
        NULL AS "Purchase Date", unit_cost AS "Purchase Cost" FROM part
        LEFT JOIN (SELECT part_id, location_id FROM stock_balance WHERE quantity <> 0 UNION SELECT part_id, location_id
                   FROM stock_level) held ON held.part_id = part.id
        LEFT JOIN stock_location ON stock_location.id = held.location_id
        LEFT JOIN stock_balance ON stock_balance.part_id = part.id AND stock_balance.location_id = held.location_id
        LEFT JOIN stock_level ON stock_level.part_id = part.id AND stock_level.location_id = held.location_id
        WHERE held.location_id IS NULL OR stock_location.id IS NOT NULL ORDER BY part.n, stock_location.n""",
}
