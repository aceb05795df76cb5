"""Shapes of input of the staff pages; the rules behind them are the models' and the domain modules'."""
