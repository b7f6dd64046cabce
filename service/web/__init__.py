"""The reading room on the web. `app` makes the Flask application, `door` stands before it, `server` runs both."""
