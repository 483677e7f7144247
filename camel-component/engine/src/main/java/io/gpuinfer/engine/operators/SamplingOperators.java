package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Padding;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Operators that read an image between its pixels. */
final class SamplingOperators {

  /** More samples of a bin along an axis than this are a mistake. */
  private static final int MOST_SAMPLES = 1024;

  private SamplingOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Resize", ResizeOperator::translate);
    all.put("Upsample", ResizeOperator::translate);
    all.put("GridSample", new Limited("images alone: four axes", SamplingOperators::gridSample));
    all.put("RoiAlign", SamplingOperators::roiAlign);
  }

  private static List<Value> gridSample(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value grid = call.input(1);
    String mode = call.attributes().text("mode", "linear");
    int taps =
        switch (mode) {
          case "nearest" -> 1;
          case "linear", "bilinear" -> 2;
          case "cubic", "bicubic" -> 4;
          default -> throw builder.refusal("mode '" + mode + "' is not supported");
        };
    if (data.rank() != 4) {
      throw builder.refusal("sampling of " + data + ": only images are supported");
    }
    if (grid.rank() != 4 || grid.dim(3) != 2 || grid.dim(0) != data.dim(0)) {
      throw new InvalidInputException(
          "Node '" + call.node().name() + "' cannot sample " + data + " at " + grid);
    }
    Action action =
        new Action.GridSample(call.attributes().flag("align_corners", false), padding(call), taps);
    int[] shape = {data.dim(0), grid.dim(1), grid.dim(2), data.dim(1)};
    Value result = builder.emit(action, data.type(), shape, builder.channelsLast(data), grid);
    return List.of(builder.channelsFirst(result));
  }

  private static Padding padding(Call call) {
    String name = call.attributes().text("padding_mode", "zeros");
    try {
      return Padding.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "': padding_mode '" + name + "' is not supported", e);
    }
  }

  private static List<Value> roiAlign(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value regions = call.input(1);
    Value images = call.input(2);
    IndexOperators.requireIntegers(call, images);
    if (data.rank() != 4
        || regions.rank() != 2
        || regions.dim(1) != 4
        || images.size() != regions.dim(0)) {
      throw new InvalidInputException(regions + " and " + images + " are no regions of " + data);
    }
    String mode = call.attributes().text("mode", "avg");
    String shift =
        call.attributes()
            .text(
                "coordinate_transformation_mode",
                call.opset() < 16 ? "output_half_pixel" : "half_pixel");
    int samples = call.attributes().intOr("sampling_ratio", 0);
    int height = call.attributes().intOr("output_height", 1);
    int width = call.attributes().intOr("output_width", 1);
    if (!List.of("avg", "max").contains(mode)
        || !List.of("half_pixel", "output_half_pixel").contains(shift)
        || samples < 0
        || samples > MOST_SAMPLES
        || height < 1
        || width < 1) {
      throw builder.refusal("its attributes are out of range");
    }
    Action action =
        new Action.RoiAlign(
            mode.equals("max"),
            samples,
            call.attributes().real("spatial_scale", 1),
            shift.equals("half_pixel"));
    int[] shape = {regions.dim(0), height, width, data.dim(1)};
    Value last = builder.channelsLast(data);
    return List.of(
        builder.channelsFirst(builder.emit(action, data.type(), shape, last, regions, images)));
  }
}
