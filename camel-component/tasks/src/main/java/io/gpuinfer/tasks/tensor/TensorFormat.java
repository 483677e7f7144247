package io.gpuinfer.tasks.tensor;

/** What tensors come in and go out as. */
enum TensorFormat {
  /** Objects of Java. */
  TENSOR,
  /** A file of one NumPy array. */
  NPY,
  /** A file of NumPy arrays by name. */
  NPZ,
  /** The JSON of the Open Inference Protocol. */
  JSON,
  /** Of an answer: that of the request. */
  SAME
}
