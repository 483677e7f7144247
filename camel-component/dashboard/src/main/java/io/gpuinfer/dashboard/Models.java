package io.gpuinfer.dashboard;

import io.gpuinfer.component.GpuInferComponent;
import io.gpuinfer.component.ServedModel;
import io.gpuinfer.engine.DeviceInfo;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** What the {@code gpu-infer} components of the application serve. */
final class Models {

  private final CamelContext camel;

  Models(CamelContext camel) {
    this.camel = camel;
  }

  CamelContext camel() {
    return camel;
  }

  Stream<GpuInferComponent> components() {
    return camel.getComponentNames().stream()
        .map(camel::hasComponent)
        .filter(GpuInferComponent.class::isInstance)
        .map(GpuInferComponent.class::cast)
        .filter(component -> component.getStatus().isStarted());
  }

  /** All models that started endpoints use now. */
  List<ServedModel> served() {
    return components().flatMap(component -> component.servedModels().stream()).toList();
  }

  /**
   * The model of an id.
   *
   * @throws Refusal when there is none
   */
  ServedModel find(String id) {
    List<ServedModel> served = served();
    return served.stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.notFound(
                    "There is no model '%s'; there are: %s"
                        .formatted(id, served.stream().map(ServedModel::id).toList())));
  }

  /** Every device that a model could run on; all components see the same ones. */
  List<DeviceInfo> devices() {
    return components().findFirst().map(GpuInferComponent::devices).orElse(List.of());
  }
}
