"""Pages of reports: their list, each one's page, the forms that make and delete them, the frames that show them."""
