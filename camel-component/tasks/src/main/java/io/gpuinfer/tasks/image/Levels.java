package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import java.util.List;
import java.util.Map;

/**
 * The channels of a picture as levels from 0 to 255 in planes: {@code FLOAT32} of [1, 3, height,
 * width]. A picture goes to the device as bytes where the device resamples it as such, and else
 * each pixel as one number, {@code 0xRRGGBB}, which takes a third of what three would: a float,
 * which is exact below 2^24, because processors divide integers one by one.
 */
public final class Levels {

  private static final int CHANNELS = 3;

  /** What brings a channel, and all above it, to the ones of a pixel, red first. */
  private static final float[] OWN = {1f / (1 << 16), 1f / (1 << 8), 1};

  /** What brings only those above it there; there are none above red. */
  private static final float[] ABOVE = {0, 1f / (1 << 16), 1f / (1 << 8)};

  private Levels() {}

  /**
   * Adds an input for {@link Picture#pixels()}, and makes levels of it. With a {@link
   * Resampling#addToPicture} behind it the device reads the bytes as they are.
   *
   * @return the levels
   */
  static String planes(GraphBuilder graph, String input, Preprocessing.Channels channels) {
    graph.input(input, DataType.UINT8, 1, "height", "width", CHANNELS);
    graph.cast("levels", DataType.FLOAT32, input);
    graph.node("Transpose", "planes", Map.of("perm", List.of(0L, 3L, 1L, 2L)), "levels");
    if (channels == Preprocessing.Channels.BGR) {
      return "planes";
    }
    graph.constant("minus.one", new long[] {-1}, 1);
    graph.constant("end", new long[] {-CHANNELS - 1}, 1);
    graph.constant("channel", new long[] {1}, 1);
    return graph.node("Slice", "reversed", "planes", "minus.one", "end", "channel", "minus.one");
  }

  /**
   * Adds an input for {@link Picture#packed()}, and makes levels of it.
   *
   * @return the levels
   */
  public static String unpack(GraphBuilder graph, String input, Preprocessing.Channels channels) {
    graph.input(input, DataType.FLOAT32, 1, 1, "height", "width");
    boolean redFirst = channels == Preprocessing.Channels.RGB;
    graph.constant("own", redFirst ? OWN : reversed(OWN), 1, CHANNELS, 1, 1);
    graph.constant("above", redFirst ? ABOVE : reversed(ABOVE), 1, CHANNELS, 1, 1);
    graph.constant("levels", new float[] {1 << 8});
    graph.node("Mul", "own.shifted", input, "own");
    graph.node("Floor", "own.whole", "own.shifted");
    graph.node("Mul", "above.shifted", input, "above");
    graph.node("Floor", "above.whole", "above.shifted");
    graph.node("Mul", "above.back", "above.whole", "levels");
    return graph.node("Sub", "planes", "own.whole", "above.back");
  }

  private static float[] reversed(float[] values) {
    return new float[] {values[2], values[1], values[0]};
  }

  /** Adds an output for {@link Picture#ofPacked}, of levels with red first. */
  public static void pack(GraphBuilder graph, String from, String output) {
    graph.node("Round", "whole", from);
    clip(graph, "whole", "bounded");
    graph.constant("values", new float[] {1 << 16, 1 << 8, 1}, 1, CHANNELS, 1, 1);
    graph.constant("channels", new long[] {1}, 1);
    graph.node("Mul", "shifted", "bounded", "values");
    graph.node("ReduceSum", output, Map.of("keepdims", 1L), "shifted", "channels");
    graph.output(output, DataType.FLOAT32, 1, 1, "rows", "columns");
  }

  /**
   * Brings what is beyond black or white to these.
   *
   * @return the output
   */
  public static String clip(GraphBuilder graph, String from, String output) {
    graph.constant(output + ".black", new float[] {0});
    graph.constant(output + ".white", new float[] {255});
    return graph.node("Clip", output, from, output + ".black", output + ".white");
  }
}
