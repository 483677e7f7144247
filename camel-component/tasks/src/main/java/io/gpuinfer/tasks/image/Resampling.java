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

  /** Planes: [1, channels, rows, columns]. */
  private static final List<Long> ROWS_AND_COLUMNS = List.of(2L, 3L);

  private static final float CATMULL_ROM = -0.5f;

  /** How pixels are weighed. */
  public enum Interpolation {
    /** By a line between two. */
    BILINEAR,
    /** By Catmull and Rom's curve through four, as Pillow's {@code BICUBIC}. */
    BICUBIC
  }

  /**
   * Adds it to a graph.
   *
   * @param from levels from 0 to 255, [1, channels, rows, columns]
   * @param output what to call the result
   * @param sizes what to call the input that {@link #sizes} is for
   * @return the output
   */
  public String addTo(GraphBuilder graph, String from, String output, String sizes) {
    boolean cubic = interpolation == Interpolation.BICUBIC;
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("axes", ROWS_AND_COLUMNS);
    attributes.put("coordinate_transformation_mode", "half_pixel");
    attributes.put("mode", cubic ? "cubic" : "linear");
    attributes.put("cubic_coeff_a", CATMULL_ROM);
    if (antialias) {
      attributes.put("antialias", 1L);
      attributes.put("exclude_outside", 1L);
    }
    graph.input(sizes, DataType.INT64, ROWS_AND_COLUMNS.size());
    String resized = cubic ? output + ".curve" : output;
    graph.node("Resize", resized, attributes, from, "", "", sizes);
    return cubic ? Levels.clip(graph, resized, output) : output;
  }

  /** The input that says how many pixels to make. */
  public static Tensor sizes(int width, int height) {
    return Tensor.wrap(new long[] {height, width}, ROWS_AND_COLUMNS.size());
  }
}
