package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to an {@link OpenInferenceRequest}; {@code JsonText} writes it as the protocol has it.
 *
 * @param modelName the model's name
 * @param modelVersion the version that answered
 * @param id the request's; null where it had none
 * @param outputs tensors by name
 */
public record OpenInferenceResponse(
    String modelName, String modelVersion, String id, Map<String, Tensor> outputs) {

  public OpenInferenceResponse {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }
}
