package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.databind.module.SimpleModule;
import io.gpuinfer.engine.Tensor;

/** Lets Jackson write tensors and answers as the Open Inference Protocol has them. */
public final class TensorModule extends SimpleModule {

  private static final long serialVersionUID = 1;

  public TensorModule() {
    super("gpu-infer-tensors");
    addSerializer(Tensor.class, new TensorSerializer());
    addSerializer(OpenInferenceResponse.class, new OpenInferenceResponseSerializer());
  }
}
