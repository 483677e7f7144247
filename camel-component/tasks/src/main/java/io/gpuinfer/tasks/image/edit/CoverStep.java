package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.GraphBuilder;
import java.util.HashMap;
import java.util.Map;

/**
 * Resizes the picture until it covers a size, and keeps its middle.
 *
 * @param resize until it covers the size
 * @param crop to the size
 */
record CoverStep(ResizeStep resize, CropStep crop) implements Step {

  static CoverStep of(Size size) {
    return new CoverStep(
        new ResizeStep(ResizeStep.Mode.COVER, size.width(), size.height()),
        new CropStep(CropStep.MIDDLE, CropStep.MIDDLE, size.width(), size.height()));
  }

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    return crop.addTo(graph, resize.addTo(graph, from, resized(name)), name);
  }

  @Override
  public Map<String, Tensor> inputs(Size before, String name) {
    Map<String, Tensor> inputs = new HashMap<>(resize.inputs(before, resized(name)));
    inputs.putAll(crop.inputs(resize.sizeAfter(before), name));
    return inputs;
  }

  @Override
  public Size sizeAfter(Size before) {
    return crop.sizeAfter(resize.sizeAfter(before));
  }

  @Override
  public long mostPixels(Size before) {
    return resize.mostPixels(before);
  }

  private static String resized(String name) {
    return name + ".resized";
  }
}
