"""The two themes of our own. Each colour is told apart by its lightness too, and no state is told by colour alone."""

from textual.theme import Theme

DARK = Theme(
    name="techdesk-dark",
    primary="#5fb3c8",
    secondary="#8fa8c0",
    accent="#e5b567",
    success="#8cc084",
    warning="#e5b567",
    error="#ee8277",
    foreground="#dbe2e8",
    background="#11161b",
    surface="#171e25",
    panel="#202a33",
    dark=True,
    variables={
        "block-cursor-background": "#2c4a58",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#202a33",
        "input-cursor-background": "#e5b567",
        "input-cursor-foreground": "#11161b",
    },
)
LIGHT = Theme(
    name="techdesk-light",
    primary="#0d6377",
    secondary="#4a5f74",
    accent="#8a5200",
    success="#2c6b2c",
    warning="#8a5200",
    error="#a62c1b",
    foreground="#1b2127",
    background="#fbfaf6",
    surface="#f3f1ea",
    panel="#e5e2d8",
    dark=False,
    variables={
        "block-cursor-background": "#cfe3e8",
        "block-cursor-foreground": "#0b1a1e",
        "block-cursor-blurred-background": "#e5e2d8",
        "input-cursor-background": "#0d6377",
        "input-cursor-foreground": "#ffffff",
    },
)
