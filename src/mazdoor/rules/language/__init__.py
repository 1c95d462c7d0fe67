"""The expression language: text → tokens → syntax tree → typed tree. Nothing is ever evaluated as Python."""
