package io.gpuinfer.component;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** The {@code gpu-infer} components of a Camel context, under whichever names they are in it. */
record Components(CamelContext context) {

  Stream<GpuInferComponent> all() {
    return context.getComponentNames().stream()
        .map(context::hasComponent)
        .filter(GpuInferComponent.class::isInstance)
        .map(GpuInferComponent.class::cast);
  }

  /** All models that they have loaded. */
  List<LoadedModel> models() {
    return all().flatMap(component -> component.models().all().stream()).toList();
  }
}
