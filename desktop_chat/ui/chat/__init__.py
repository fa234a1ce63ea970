"""A conversation's tab: transcript, surrounding bars, composer and popups."""
