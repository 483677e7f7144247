package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import java.util.Map;

/**
 * The channels of a picture as levels from 0 to 255 in planes: {@code FLOAT32} of [1, 3, height,
 * width]. To and from the device a pixel goes as one integer, {@code 0xRRGGBB}: a third of what
 * three would take.
 */
public final class Levels {

  private static final int CHANNELS = 3;
  private static final int[] RED_FIRST = {1 << 16, 1 << 8, 1};
  private static final int[] BLUE_FIRST = {1, 1 << 8, 1 << 16};

  private Levels() {}

  /**
   * Adds an input for {@link Picture#packed()}, and makes levels of it.
   *
   * @return the levels
   */
  public static String unpack(GraphBuilder graph, String input, Preprocessing.Channels channels) {
    graph.input(input, DataType.INT32, 1, 1, "height", "width");
    boolean redFirst = channels == Preprocessing.Channels.RGB;
    graph.constant("places", redFirst ? RED_FIRST : BLUE_FIRST, 1, CHANNELS, 1, 1);
    graph.constant("levels", new int[] {1 << 8});
    graph.node("Div", "above", input, "places");
    graph.node("Mod", "bytes", "above", "levels");
    return graph.cast("planes", DataType.FLOAT32, "bytes");
  }

  /** Adds an output for {@link Picture#ofPacked}, of levels with red first. */
  public static void pack(GraphBuilder graph, String from, String output) {
    graph.node("Round", "whole", from);
    clip(graph, "whole", "bounded");
    // Below 2^24, floats are exact.
    graph.constant("values", new float[] {1 << 16, 1 << 8, 1}, 1, CHANNELS, 1, 1);
    graph.constant("channels", new long[] {1}, 1);
    graph.node("Mul", "shifted", "bounded", "values");
    graph.node("ReduceSum", "sum", Map.of("keepdims", 1L), "shifted", "channels");
    graph.cast(output, DataType.INT32, "sum");
    graph.output(output, DataType.INT32, 1, 1, "rows", "columns");
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
