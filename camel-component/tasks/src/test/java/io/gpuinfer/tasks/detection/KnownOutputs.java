package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.image.GraphBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A model that answers known outputs, whatever picture it is given. */
final class KnownOutputs {

  private final GraphBuilder graph = new GraphBuilder("known");
  private String zero;

  /**
   * @param extents of its input, as {@link GraphBuilder#input} takes them
   */
  KnownOutputs(DataType type, Object... extents) {
    graph.input("picture", type, extents);
    graph.cast("levels", DataType.FLOAT32, "picture");
    graph.constant("all", new long[] {1, 2, 3}, 3);
    graph.node("ReduceMean", "brightness", Map.of("keepdims", 0L), "levels", "all");
    graph.constant("none", new float[] {0});
    zero = graph.node("Mul", "zero", "brightness", "none");
  }

  /** Of floats, from 0 to 1, with channels before rows. */
  static KnownOutputs ofSize(int width, int height) {
    return new KnownOutputs(DataType.FLOAT32, 1, 3, height, width);
  }

  /** Takes a tenth of a second or so, so that requests come meanwhile. */
  KnownOutputs slow() {
    int side = 1024;
    graph.constant("square", new float[side * side], side, side);
    graph.node("ReduceSum", "scalar", Map.of("keepdims", 0L), "zero");
    String product = graph.node("Add", "product0", "square", "scalar");
    for (int i = 1; i <= 3; i++) {
      product = graph.node("MatMul", "product" + i, product, "square");
    }
    graph.node("ReduceSum", "nothing", Map.of("keepdims", 0L), product);
    zero = graph.node("Add", "zero.late", "zero", "nothing");
    return this;
  }

  /** An output of one request; axis 0 is the batch. */
  KnownOutputs output(String name, float[] values, long... shape) {
    graph.constant(name + ".values", values, shape);
    plusZero(name, DataType.FLOAT32, zero, shape);
    return this;
  }

  /**
   * An output whose last value of each row is the input's first channel, on average.
   *
   * @param weight of that
   */
  KnownOutputs seeing(String name, float[] values, double weight, long... shape) {
    graph.constant("first", new long[] {0});
    graph.node("Gather", "channel", Map.of("axis", 1L), "levels", "first");
    graph.node("ReduceMean", "level", Map.of("keepdims", 0L), "channel");
    float[] weights = new float[(int) shape[2]];
    weights[weights.length - 1] = (float) weight;
    graph.constant("weights", weights, weights.length);
    graph.node("Mul", "seen", "level", "weights");
    graph.constant(name + ".values", values, shape);
    graph.node("Add", name, name + ".values", "seen");
    graph.output(name, DataType.FLOAT32, Arrays.stream(shape).boxed().toArray());
    return this;
  }

  /** An output of integers. */
  KnownOutputs output(String name, long[] values, long... shape) {
    graph.constant(name + ".values", values, shape);
    plusZero(name, DataType.INT64, graph.cast(name + ".zero", DataType.INT64, zero), shape);
    return this;
  }

  /** So that each request of a batch has the output. */
  private void plusZero(String name, DataType type, String zero, long... shape) {
    long[] column = shape.clone();
    Arrays.fill(column, 1);
    column[0] = -1;
    graph.constant(name + ".column", column, column.length);
    graph.node("Reshape", name + ".each", zero, name + ".column");
    graph.node("Add", name, name + ".values", name + ".each");
    graph.output(name, type, Arrays.stream(shape).boxed().toArray());
  }

  ModelEntry entry(Map<String, String> settings, String... labels) {
    Map<String, ModelSource> files = new HashMap<>();
    files.put(ModelEntry.MODEL, graph.source());
    if (labels.length > 0) {
      byte[] lines = String.join("\n", labels).getBytes(StandardCharsets.UTF_8);
      files.put("labels", ModelSource.of("labels.txt", lines));
    }
    return new ModelEntry("known", "1", "detection", files, Devices.settings(settings));
  }
}
