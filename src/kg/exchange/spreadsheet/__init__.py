"""The graph as a workbook that people edit, and back."""
