package io.gpuinfer.component;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.JsonText;
import io.gpuinfer.tasks.classification.Classification;
import io.gpuinfer.tasks.detection.DetectionResult;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.ocr.OcrResult;
import io.gpuinfer.tasks.rerank.RankedText;
import io.gpuinfer.tasks.video.Segment;
import org.apache.camel.Converter;

/**
 * Converts a result into its JSON, where a route wants it as text; lists of results are marshalled.
 * Their {@code toString} is for log lines.
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
  public static String toJson(DetectionResult result) {
    return JsonText.of(result);
  }

  @Converter
  public static String toJson(Classification result) {
    return JsonText.of(result);
  }

  @Converter
  public static String toJson(Segment segment) {
    return JsonText.of(segment);
  }

  @Converter
  public static String toJson(Tensor tensor) {
    return JsonText.of(tensor);
  }
}
