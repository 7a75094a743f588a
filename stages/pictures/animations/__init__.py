"""Animations: recorded episodes as Gymnasium draws them, or as bars, side by side in a GIF."""
