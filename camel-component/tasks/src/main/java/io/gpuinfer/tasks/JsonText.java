package io.gpuinfer.tasks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.tasks.tensor.TensorModule;

/**
 * The results of tasks as JSON: records as objects with their components by name, lists as arrays,
 * tensors as the Open Inference Protocol has them.
 */
public final class JsonText {

  private static final JsonMapper MAPPER =
      // Of JDK 17, Float.toString does not always find the shortest number.
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build())
          .addModule(new TensorModule())
          .build();

  private JsonText() {}

  /**
   * A result, or what else consists of records, lists, maps, numbers and texts, on one line.
   *
   * @throws GpuInferException when it holds something that has no JSON
   */
  public static String of(Object result) {
    try {
      return MAPPER.writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new GpuInferException(
          "%s cannot be written as JSON: %s"
              .formatted(Content.nameOf(result), e.getOriginalMessage()),
          e);
    }
  }
}
