"""The core's pages, one blueprint a file."""
