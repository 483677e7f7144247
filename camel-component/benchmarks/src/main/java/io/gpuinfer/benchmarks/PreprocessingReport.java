package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.opencl.DevicePeaks;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.Placement;
import io.gpuinfer.tasks.image.PreprocessingGraph;
import io.gpuinfer.tasks.image.Preset;
import java.awt.image.BufferedImage;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How near the preprocessing of photographs comes to copying, on the first device. A pass that
 * copies is timed between any two runs, so that both meet the same state of the machine; what is
 * told are medians of the time that passes took, without transfers.
 *
 * <p>Bytes are told in two ways: what the passes read and write, and the whole picture's once, of
 * three for each pixel, with the model's input once. The passes read less than that where they
 * crop, or take two pixels of many, so their bytes are the ones that can be held against copying.
 */
public final class PreprocessingReport {

  private static final int COPIED = 16 << 20;
  private static final String ROW = "%-34s %8s %6s %9s %7s %9s %7s%n";

  /** A preset, its model's input and the pictures that come to it. */
  private record Case(String name, Preset preset, int side, int width, int height) {}

  private static final List<Case> CASES =
      List.of(
          new Case("imagenet", Preset.IMAGENET, 224, 1920, 1080),
          new Case("imagenet", Preset.IMAGENET, 224, 4000, 3000),
          new Case("yolo", Preset.YOLO, 640, 1920, 1080),
          new Case("yolo", Preset.YOLO, 640, 4000, 3000),
          new Case("clip", Preset.CLIP, 224, 1920, 1080));

  private final OpenClEngine engine;
  private final EngineOptions options;
  private final PrintStream results;

  private PreprocessingReport(OpenClEngine engine, EngineOptions options, PrintStream results) {
    this.engine = engine;
    this.options = options;
    this.results = results;
  }

  /** Exit code 2 for arguments without sense. */
  public static void main(String[] args) {
    EngineOptions options;
    try {
      options = EngineOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    new PreprocessingReport(new OpenClEngine(), options, results).print();
    System.exit(0);
  }

  private void print() {
    DevicePeaks peaks = engine.peaks(0);
    results.println("Device: " + engine.devices().get(0));
    print("A kernel that only copies, measured now: %.1f GB/s%n%n", peaks.bytesPerSecond() / 1e9);
    print(ROW, "", "us", "passes", "passes", "of copy", "whole", "of copy");
    print(ROW, "", "", "", "GB/s", "", "GB/s", "");
    try (InferenceSession copy = load(copying())) {
      Map<String, Tensor> copied = Map.of("x", Tensor.wrap(new float[COPIED], COPIED));
      for (Case one : CASES) {
        String title = "%s %dx%d to %d".formatted(one.name, one.width, one.height, one.side);
        if (title.contains(options.only())) {
          report(title, one, copy, copied);
        }
      }
    }
  }

  private void report(String title, Case one, InferenceSession copy, Map<String, Tensor> copied) {
    PreprocessingGraph graph =
        PreprocessingGraph.of(
            one.preset.preprocessing(),
            TensorInfo.of("x", DataType.FLOAT32, 1, 3, one.side, one.side));
    Picture picture = noise(one.width, one.height);
    Placement placement = graph.place(picture);
    Map<String, Tensor> inputs = graph.inputs(picture, placement);
    double[] nanos = new double[options.rounds()];
    double[] copying = new double[options.rounds()];
    try (InferenceSession session = load(graph.source())) {
      nanos(session, inputs);
      nanos(copy, copied);
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] = nanos(session, inputs);
        copying[i] = nanos(copy, copied);
      }
      double median = Spread.of(nanos).median();
      double perNano = 2.0 * Float.BYTES * COPIED / Spread.of(copying).median();
      long whole = 3L * (one.width * one.height + Float.BYTES * one.side * one.side);
      double passes = session.describe().bytes() / median;
      print(
          ROW,
          title,
          format("%.0f", median / 1e3),
          session.describe().passes(),
          format("%.1f", passes),
          format("%.0f%%", 100 * passes / perNano),
          format("%.1f", whole / median),
          format("%.0f%%", 100 * whole / median / perNano));
    }
  }

  private static double nanos(InferenceSession session, Map<String, Tensor> inputs) {
    return session.execute(inputs, RunOptions.NONE).execution().computeNanos();
  }

  private InferenceSession load(ModelSource model) {
    LoadOptions.Builder load = LoadOptions.builder();
    options.deviceClass().ifPresent(load::deviceClass);
    return engine.load(model, load.build());
  }

  /** One pass that reads each element and writes it. */
  private static ModelSource copying() {
    GraphBuilder graph = new GraphBuilder("copying");
    graph.input("x", DataType.FLOAT32, "n");
    graph.node("Neg", "y", "x");
    graph.output("y", DataType.FLOAT32, "n");
    return graph.source();
  }

  private static Picture noise(int width, int height) {
    Random random = new Random(1);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return Picture.of(image);
  }

  private void print(String pattern, Object... values) {
    results.print(format(pattern, values));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
