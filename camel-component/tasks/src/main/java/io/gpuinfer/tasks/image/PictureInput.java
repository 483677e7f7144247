package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.image.Preprocessing.Layout;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Makes the input of one model out of pictures of any size, on the device. */
public final class PictureInput {

  /** Beyond this, pictures are reduced on the host first, by averaging whole squares of pixels. */
  private static final long MOST_DEVICE_PIXELS = 16_000_000;

  private static final int RANK = 4;
  private static final long CHANNELS = 3;

  private final ModelServer server;
  private final Resizing resizing;

  private PictureInput(ModelServer server, Resizing resizing) {
    this.server = server;
    this.resizing = resizing;
  }

  /**
   * Gets ready to make inputs.
   *
   * @param servers where the preprocessing runs, beside the model
   * @param wanted what to do; where the model says its size or layout, those count
   * @param input the model's, of four axes with one or no batch, and three channels
   * @throws ModelLoadException when the input is none for pictures, or neither the model nor the
   *     settings say its size
   */
  public static PictureInput of(ModelServers servers, Preprocessing wanted, TensorInfo input) {
    boolean last = isChannelsLast(wanted.layout(), input);
    Resizing resizing =
        wanted
            .resizing()
            .to(
                extent(input, last ? 2 : 3, "width", wanted.resizing().width()),
                extent(input, last ? 1 : 2, "height", wanted.resizing().height()));
    boolean open = input.shape().get(last ? 1 : 2) == TensorInfo.DYNAMIC;
    Preprocessing resolved =
        new Preprocessing(
            open ? resizing : resizing.toWholeInput(),
            wanted.channels(),
            wanted.normalization(),
            last ? Layout.NHWC : Layout.NCHW);
    ModelServer server =
        servers.serve("preprocessing", PreprocessingGraph.of(resolved, input.type()));
    return new PictureInput(server, resolved.resizing());
  }

  /**
   * Makes the model's input of a picture.
   *
   * @return completes with the input and where the picture lies in it, in the picture's own pixels
   */
  public CompletableFuture<Placed> place(Picture picture, ModelRuns runs) {
    Picture reduced = picture.shrunkTo(MOST_DEVICE_PIXELS);
    Placement placement = resizing.place(reduced.width(), reduced.height());
    Map<String, Tensor> inputs = PreprocessingGraph.inputs(reduced, placement, resizing.mode());
    return runs.run(server, inputs)
        .thenApply(
            outputs -> new Placed(outputs.get(PreprocessingGraph.PIXELS), placement.of(picture)));
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
