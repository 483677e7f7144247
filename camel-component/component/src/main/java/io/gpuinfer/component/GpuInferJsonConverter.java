package io.gpuinfer.component;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.JsonText;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.ocr.OcrResult;
import io.gpuinfer.tasks.rerank.RankedText;
import org.apache.camel.Converter;

/**
 * Converts results into their JSON, where a route wants them as text. Their {@code toString} is for
 * log lines.
 */
@Converter(generateLoader = true)
public final class GpuInferJsonConverter {

  private GpuInferJsonConverter() {}

  @Converter
  public static String toJson(OcrResult result) {
    return JsonText.of(result);
  }

  @Converter
  public static String toJson(Embedding result) {
    return JsonText.of(result);
  }

  /** An array, which {@link GpuInferConverter} reads as {@code float[]} again. */
  @Converter
  public static String toJson(float[] vector) {
    return JsonText.of(vector);
  }

  @Converter
  public static String toJson(RankedText result) {
    return JsonText.of(result);
  }

  @Converter
  public static String toJson(Tensor tensor) {
    return JsonText.of(tensor);
  }
}
