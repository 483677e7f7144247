package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.Preprocessing.Layout;
import io.gpuinfer.tasks.image.Resizing.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A preprocessing as an ONNX graph. Sizes of pictures are inputs: one session serves them all. */
final class PreprocessingGraph {

  /** The model's input. */
  static final String PIXELS = "pixels";

  private static final String PICTURE = "picture";
  private static final String SIZES = "sizes";
  private static final String STARTS = "starts";
  private static final String ENDS = "ends";
  private static final String PADS = "pads";

  private static final int CHANNELS = 3;
  private static final int RANK = 4;

  private PreprocessingGraph() {}

  /**
   * The graph.
   *
   * @param preprocessing with its size and layout known
   * @param type of the model's input
   */
  static ModelSource of(Preprocessing preprocessing, DataType type) {
    GraphBuilder graph = new GraphBuilder("preprocessing");
    Resizing resizing = preprocessing.resizing();
    String planes = Levels.unpack(graph, PICTURE, preprocessing.channels());
    String resized = resizing.resampling().addTo(graph, planes, "resized", SIZES);
    String fitted =
        switch (resizing.mode()) {
          case STRETCH -> resized;
          case SHORTEST -> crop(graph, resized);
          case LETTERBOX -> pad(graph, resized, resizing.padding());
        };
    boolean last = preprocessing.layout() == Layout.NHWC;
    boolean asIs = !last && type == DataType.FLOAT32;
    String normalized = asIs ? PIXELS : "normalized";
    preprocessing.normalization().addTo(graph, fitted, normalized, 1, CHANNELS, 1, 1);
    if (!asIs) {
      String typed = type == DataType.FLOAT32 ? normalized : typed(graph, normalized, type, last);
      if (last) {
        graph.node("Transpose", PIXELS, Map.of("perm", List.of(0L, 2L, 3L, 1L)), typed);
      }
    }
    if (last) {
      graph.output(PIXELS, type, 1, "rows", "columns", CHANNELS);
    } else {
      graph.output(PIXELS, type, 1, CHANNELS, "rows", "columns");
    }
    return graph.source();
  }

  /** What the graph takes for a picture that is to lie in a place. */
  static Map<String, Tensor> inputs(Picture picture, Placement placement, Mode mode) {
    Map<String, Tensor> inputs = new HashMap<>();
    inputs.put(PICTURE, picture.packed());
    inputs.put(SIZES, Resampling.sizes(placement.resizedWidth(), placement.resizedHeight()));
    int left = placement.left();
    int top = placement.top();
    if (mode == Mode.SHORTEST) {
      inputs.put(STARTS, extents(-top, -left));
      inputs.put(ENDS, extents(placement.inputHeight() - top, placement.inputWidth() - left));
    } else if (mode == Mode.LETTERBOX) {
      int right = placement.inputWidth() - placement.resizedWidth() - left;
      int bottom = placement.inputHeight() - placement.resizedHeight() - top;
      inputs.put(PADS, extents(0, 0, top, left, 0, 0, bottom, right));
    }
    return inputs;
  }

  private static String crop(GraphBuilder graph, String from) {
    graph.input(STARTS, DataType.INT64, 2);
    graph.input(ENDS, DataType.INT64, 2);
    graph.constant("axes", new long[] {2, 3}, 2);
    return graph.node("Slice", "cropped", from, STARTS, ENDS, "axes");
  }

  private static String pad(GraphBuilder graph, String from, int level) {
    graph.input(PADS, DataType.INT64, 2 * RANK);
    graph.constant("padding", new float[] {level});
    return graph.node("Pad", "padded", from, PADS, "padding");
  }

  private static String typed(GraphBuilder graph, String from, DataType type, boolean more) {
    String output = more ? "typed" : PIXELS;
    if (type.isFloat()) {
      return graph.cast(output, type, from);
    }
    graph.node("Round", "whole", from);
    return graph.cast(output, type, Levels.clip(graph, "whole", "bounded"));
  }

  private static Tensor extents(long... values) {
    return Tensor.wrap(values, values.length);
  }
}
