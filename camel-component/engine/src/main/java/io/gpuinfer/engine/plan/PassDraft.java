package io.gpuinfer.engine.plan;

import java.util.List;

/** A pass under construction: records that may run at the same time. */
record PassDraft(List<Record> records, List<String> origins, long flops, long bytes) {

  PassDraft(List<Record> records) {
    this(records, List.of(), 0, 0);
  }

  boolean checksIndices() {
    return records.stream().anyMatch(record -> record.opcode().checksIndices());
  }

  /**
   * @param nodes how many of the model's nodes are done with this pass
   */
  Plan.Pass info(int nodes) {
    Opcode kernel = records.isEmpty() ? null : records.get(0).opcode();
    return new Plan.Pass(kernel, origins, nodes, flops, bytes);
  }
}
