package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.image.Preprocessing.Layout;
import io.gpuinfer.tasks.image.Resizing.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A preprocessing as an ONNX graph. Sizes of pictures are inputs: one session serves them all. */
public final class PreprocessingGraph {

  /** The graph's output, the model's input. */
  static final String PIXELS = "pixels";

  private static final String PICTURE = "picture";
  private static final String SIZES = "sizes";
  private static final String STARTS = "starts";
  private static final String ENDS = "ends";
  private static final String PADS = "pads";

  private static final int CHANNELS = 3;
  private static final int RANK = 4;

  private final ModelSource source;
  private final Resizing resizing;

  private PreprocessingGraph(ModelSource source, Resizing resizing) {
    this.source = source;
    this.resizing = resizing;
  }

  /**
   * The graph that makes a model's input.
   *
   * @param wanted what to do; where the model says its size or layout, those count
   * @param input the model's, of four axes with one or no batch, and three channels
   * @throws ModelLoadException when the input is none for pictures, or neither the model nor the
   *     settings say its size
   */
  public static PreprocessingGraph of(Preprocessing wanted, TensorInfo input) {
    boolean last = isChannelsLast(wanted.layout(), input);
    int rows = last ? 1 : 2;
    Resizing resizing =
        wanted
            .resizing()
            .to(
                extent(input, rows + 1, "width", wanted.resizing().width()),
                extent(input, rows, "height", wanted.resizing().height()));
    boolean open = input.shape().get(rows) == TensorInfo.DYNAMIC;
    Resizing resolved = open ? resizing : resizing.toWholeInput();
    Preprocessing steps =
        new Preprocessing(
            resolved, wanted.channels(), wanted.normalization(), last ? Layout.NHWC : Layout.NCHW);
    return new PreprocessingGraph(build(steps, input.type()), resolved);
  }

  public ModelSource source() {
    return source;
  }

  /** Where a picture comes to lie in the model's input. */
  public Placement place(Picture picture) {
    return resizing.place(picture.width(), picture.height());
  }

  /** What the graph takes for a picture that is to lie in a place. */
  public Map<String, Tensor> inputs(Picture picture, Placement placement) {
    Map<String, Tensor> inputs = new HashMap<>();
    inputs.put(PICTURE, picture.pixels());
    inputs.putAll(Resampling.sizes(SIZES, placement.resizedWidth(), placement.resizedHeight()));
    int left = placement.left();
    int top = placement.top();
    if (resizing.mode() == Mode.SHORTEST) {
      inputs.put(STARTS, extents(-top, -left));
      inputs.put(ENDS, extents(placement.inputHeight() - top, placement.inputWidth() - left));
    } else if (resizing.mode() == Mode.LETTERBOX) {
      int right = placement.inputWidth() - placement.resizedWidth() - left;
      int bottom = placement.inputHeight() - placement.resizedHeight() - top;
      inputs.put(PADS, extents(0, 0, top, left, 0, 0, bottom, right));
    }
    return inputs;
  }

  private static ModelSource build(Preprocessing preprocessing, DataType type) {
    GraphBuilder graph = new GraphBuilder("preprocessing");
    Resizing resizing = preprocessing.resizing();
    String planes = Levels.planes(graph, PICTURE, preprocessing.channels());
    String resized = resizing.resampling().addToPicture(graph, planes, "resized", SIZES);
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

  private static boolean isChannelsLast(Layout layout, TensorInfo input) {
    if (input.shape().size() != RANK
        || !(input.type().isFloat() || input.type() == DataType.UINT8)) {
      throw unfit(input);
    }
    boolean last =
        switch (layout) {
          case NCHW -> false;
          case NHWC -> true;
          case AUTO -> input.shape().get(1) != CHANNELS && input.shape().get(3) == CHANNELS;
        };
    if (!mayBe(input.shape().get(last ? 3 : 1), CHANNELS) || !mayBe(input.shape().get(0), 1)) {
      throw unfit(input);
    }
    return last;
  }

  private static boolean mayBe(long extent, long wanted) {
    return extent == wanted || extent == TensorInfo.DYNAMIC;
  }

  private static ModelLoadException unfit(TensorInfo input) {
    return new ModelLoadException(
        "Input %s is %s%s, which no picture fills: that takes [1, 3, height, width] or [1, height, width, 3]"
            .formatted(input.name(), input.type(), input.shape()));
  }

  private static int extent(TensorInfo input, int axis, String name, int otherwise) {
    long extent = input.shape().get(axis);
    if (extent != TensorInfo.DYNAMIC) {
      return Math.toIntExact(extent);
    }
    if (otherwise == 0) {
      throw new ModelLoadException(
          "Input %s leaves its %s open: set preprocessing.%s".formatted(input.name(), name, name));
    }
    return otherwise;
  }
}
