package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How pixels become more or fewer, as Pillow's {@code Image.resize} does it
 * (libImaging/Resample.c): a filter that grows with the reduction, and gives no weight to what lies
 * beyond the edge.
 *
 * @param interpolation the filter
 * @param antialias whether the filter grows
 */
public record Resampling(Interpolation interpolation, boolean antialias) {

  private static final String HEIGHT = ".height";
  private static final String WIDTH = ".width";

  private static final int CHANNELS = 3;

  private static final List<Long> ROWS = List.of(2L);
  private static final List<Long> ALL = List.of(0L, 1L, 2L, 3L);

  private static final Map<String, ?> EXCHANGED = Map.of("perm", List.of(0L, 1L, 3L, 2L));

  private static final float CATMULL_ROM = -0.5f;

  /** How pixels are weighed. */
  public enum Interpolation {
    /** By a line between two. */
    BILINEAR,
    /** By Catmull and Rom's curve through four, as Pillow's {@code BICUBIC}. */
    BICUBIC
  }

  /**
   * Adds it to a graph: along the rows' axis, and with rows and columns exchanged along the other,
   * so that a device reads what is side by side both times.
   *
   * @param from levels from 0 to 255, [1, channels, rows, columns]
   * @param output what to call the result
   * @param sizes what the names of the inputs that {@link #sizes} is for begin with
   * @return the output
   */
  public String addTo(GraphBuilder graph, String from, String output, String sizes) {
    graph.input(sizes + HEIGHT, DataType.INT64, 1);
    graph.input(sizes + WIDTH, DataType.INT64, 1);
    boolean cubic = interpolation == Interpolation.BICUBIC;
    String down = resize(graph, from, output + ".down", sizes + HEIGHT, ROWS);
    graph.node("Transpose", output + ".turned", EXCHANGED, down);
    String across = resize(graph, output + ".turned", output + ".across", sizes + WIDTH, ROWS);
    String resized = cubic ? output + ".curve" : output;
    graph.node("Transpose", resized, EXCHANGED, across);
    return cubic ? Levels.clip(graph, resized, output) : output;
  }

  /**
   * Adds it to a graph behind {@link Levels#planes}, along the one axis and the other, which a
   * device does in one pass over the picture's bytes. The sizes are those of all axes, as ONNX
   * Runtime exchanges axes on its own and forgets which ones were meant.
   *
   * @param from as with {@link #addTo}, and so are the others
   */
  String addToPicture(GraphBuilder graph, String from, String output, String sizes) {
    graph.input(sizes + HEIGHT, DataType.INT64, 1);
    graph.input(sizes + WIDTH, DataType.INT64, 1);
    boolean cubic = interpolation == Interpolation.BICUBIC;
    graph.constant(sizes + ".planes", new long[] {1, CHANNELS}, 2);
    graph.node("Shape", sizes + ".before", Map.of("start", 3L), from);
    String down =
        concat(graph, sizes + ".down", sizes + ".planes", sizes + HEIGHT, sizes + ".before");
    String across =
        concat(graph, sizes + ".across", sizes + ".planes", sizes + HEIGHT, sizes + WIDTH);
    resize(graph, from, output + ".down", down, ALL);
    String resized = cubic ? output + ".curve" : output;
    resize(graph, output + ".down", resized, across, ALL);
    return cubic ? Levels.clip(graph, resized, output) : output;
  }

  private static String concat(GraphBuilder graph, String output, String... parts) {
    return graph.node("Concat", output, Map.of("axis", 0L), parts);
  }

  private String resize(
      GraphBuilder graph, String from, String output, String sizes, List<Long> axes) {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("axes", axes);
    attributes.put("coordinate_transformation_mode", "half_pixel");
    attributes.put("mode", interpolation == Interpolation.BICUBIC ? "cubic" : "linear");
    attributes.put("cubic_coeff_a", CATMULL_ROM);
    if (antialias) {
      attributes.put("antialias", 1L);
      attributes.put("exclude_outside", 1L);
    }
    return graph.node("Resize", output, attributes, from, "", "", sizes);
  }

  /**
   * The inputs that say how many pixels to make.
   *
   * @param sizes as with {@link #addTo}
   */
  public static Map<String, Tensor> sizes(String sizes, int width, int height) {
    return Map.of(
        sizes + HEIGHT, Tensor.wrap(new long[] {height}, 1),
        sizes + WIDTH, Tensor.wrap(new long[] {width}, 1));
  }
}
