"""The one dataframe boundary: rules as SQL (DuckDB through Ibis), examples for scikit-learn, users' frames."""
