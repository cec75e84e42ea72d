"""What is seen: one module an area. Screens read rows and send commands; they hold no rules."""
