"""SHACL Core compiled to set-wise SPARQL: the findings of pySHACL, from a store of any size (W3C SHACL, 2017)."""
