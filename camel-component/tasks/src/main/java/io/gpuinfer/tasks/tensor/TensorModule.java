package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.databind.module.SimpleModule;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;

/**
 * Lets Jackson write tensors, what models say of theirs, and answers as the Open Inference Protocol
 * has them.
 */
public final class TensorModule extends SimpleModule {

  private static final long serialVersionUID = 1;

  public TensorModule() {
    super("gpu-infer-tensors");
    addSerializer(Tensor.class, new TensorSerializer());
    addSerializer(TensorInfo.class, new TensorInfoSerializer());
    addSerializer(OpenInferenceResponse.class, new OpenInferenceResponseSerializer());
  }
}
