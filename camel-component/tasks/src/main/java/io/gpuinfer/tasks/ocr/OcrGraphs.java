package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Normalization;
import java.util.List;
import java.util.Map;

/**
 * The steps before the models as small ONNX graphs, so that they run as passes on the same device.
 * Sizes are inputs: one session serves pictures of every size.
 */
final class OcrGraphs {

  /** Pictures of shape [1, height, width, 3]. */
  static final String IMAGE = "image";

  /** The extents of the resized picture, {@code INT64} of shape [4]. */
  static final String SIZES = "sizes";

  /** Where each pixel of the strip is in the picture: [1, height, columns, (x, y)] in −1 to 1. */
  static final String GRID = "grid";

  /** The answer, of shape [1, 3, height, width]. */
  static final String PIXELS = "pixels";

  private OcrGraphs() {}

  /** Resizes a picture bilinearly, and normalises its levels. */
  static ModelSource resize(Normalization normalization) {
    GraphBuilder graph = new GraphBuilder("resize");
    graph.input(SIZES, DataType.INT64, 4);
    graph.node(
        "Resize",
        "resized",
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"),
        planes(graph),
        "",
        "",
        SIZES);
    return normalized(graph, "resized", normalization);
  }

  /**
   * Samples a picture bilinearly at the places of a grid, and brings brightness to −1 to 1. Places
   * beyond the edge take the edge's colour.
   */
  static ModelSource sample() {
    GraphBuilder graph = new GraphBuilder("sample");
    graph.input(GRID, DataType.FLOAT32, 1, "rows", "columns", 2);
    graph.node(
        "GridSample",
        "sampled",
        Map.of("mode", "bilinear", "padding_mode", "border", "align_corners", 1L),
        planes(graph),
        GRID);
    return normalized(graph, "sampled", Normalization.parts(0.5, 0.5));
  }

  private static String planes(GraphBuilder graph) {
    graph.input(IMAGE, DataType.UINT8, 1, "height", "width", 3);
    graph.cast("levels", DataType.FLOAT32, IMAGE);
    return graph.node("Transpose", "planes", Map.of("perm", List.of(0L, 3L, 1L, 2L)), "levels");
  }

  private static ModelSource normalized(
      GraphBuilder graph, String from, Normalization normalization) {
    normalization.addTo(graph, from, PIXELS, 1, 3, 1, 1);
    graph.output(PIXELS, DataType.FLOAT32, 1, 3, "rows", "columns");
    return graph.source();
  }
}
