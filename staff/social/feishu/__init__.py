"""Feishu (飞书), and Lark abroad."""
