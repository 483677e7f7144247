package io.gpuinfer.onnxruntime;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import java.util.Arrays;
import java.util.Map;

/** all-MiniLM-L6-v2 and inputs for it. */
final class MiniLm {

  static final ModelSource SOURCE =
      ModelSource.of("all-minilm-l6-v2.onnx", MiniLm.class.getResource("/all-minilm-l6-v2.onnx"));

  /** Nodes of its graph that are no constants. */
  static final int OPERATORS = 491;

  /** "A man is eating food." */
  static final long[] SENTENCE = {101, 1037, 2158, 2003, 5983, 2833, 1012, 102};

  private MiniLm() {}

  /** One text without padding. */
  static Map<String, Tensor> inputs(long... ids) {
    return inputs(1, ids.length, ids);
  }

  /** A batch of unpadded texts. */
  static Map<String, Tensor> inputs(int batch, int length, long... ids) {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    return Map.of(
        "input_ids", Tensor.of(ids, batch, length),
        "attention_mask", Tensor.of(mask, batch, length),
        "token_type_ids", Tensor.of(new long[ids.length], batch, length));
  }

  /** A batch that keeps a processor busy for seconds. */
  static Map<String, Tensor> hugeInputs() {
    long[] ids = new long[64 * 512];
    Arrays.fill(ids, 2158);
    return inputs(64, 512, ids);
  }
}
