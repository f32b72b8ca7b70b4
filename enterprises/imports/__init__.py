"""Ledgers: workbook to checked frame, frame to register."""
