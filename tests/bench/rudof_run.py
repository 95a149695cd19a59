"""rudof over a file of triples and one of shapes; run by the interpreter of the peers."""

from __future__ import annotations

import json
import resource
import sys
import time

import pyrudof

if __name__ == "__main__":
    start = time.perf_counter()
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(sys.argv[1], pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(sys.argv[2], pyrudof.ShaclFormat.Turtle)
    loaded = time.perf_counter()
    rudof.validate_shacl()
    validated = time.perf_counter()
    turtle = rudof.serialize_shacl_validation_results(pyrudof.ResultShaclValidationFormat.Turtle)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"load": loaded - start, "validate": validated - loaded, "memory_mib": memory, "turtle": turtle}
    print(json.dumps(told))
