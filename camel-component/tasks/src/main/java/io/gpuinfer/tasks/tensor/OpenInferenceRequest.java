package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An inference request of the Open Inference Protocol (KServe, "Open Inference Protocol", REST,
 * version 2).
 *
 * @param id what the answer is to repeat; null where there is none
 * @param inputs tensors by name
 * @param outputs which outputs to answer with, in that order; all where it is empty
 */
public record OpenInferenceRequest(String id, Map<String, Tensor> inputs, List<String> outputs) {

  public OpenInferenceRequest {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads a request, its numbers straight into tensors. Data may be flat or nested; NaN and
   * infinities may be written as the words {@code NaN}, {@code Infinity} and {@code -Infinity},
   * between quotation marks or not. Parameters and other members are passed over.
   *
   * @param json in UTF-8
   * @param maxBytes that the tensors may take together
   * @throws InvalidInputException when it is no such request, or larger; the message names the
   *     input
   */
  public static OpenInferenceRequest read(byte[] json, long maxBytes) {
    return new OpenInferenceReader(json, maxBytes).read();
  }
}
