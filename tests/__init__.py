"""The tests, folder for folder like the package."""
