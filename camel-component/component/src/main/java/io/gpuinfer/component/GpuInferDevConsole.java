package io.gpuinfer.component;

import io.gpuinfer.component.console.JsonRenderer;
import io.gpuinfer.component.console.Section;
import io.gpuinfer.component.console.TextRenderer;
import io.gpuinfer.engine.DeviceInfo;
import java.util.List;
import java.util.Map;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonObject;

/** Shows the devices, the loaded models and how well they are served. */
@DevConsole(
    name = "gpu-infer",
    displayName = "GPU Infer",
    description = "Devices, loaded models and how well they are served")
public class GpuInferDevConsole extends AbstractDevConsole {

  @Metadata(
      label = "query",
      description = "Shows only the model of this name",
      javaType = "java.lang.String")
  public static final String MODEL = "model";

  public GpuInferDevConsole() {
    super("camel", "gpu-infer", "GPU Infer", "Devices, loaded models and how well they are served");
  }

  @Override
  protected String doCallText(Map<String, Object> options) {
    return new TextRenderer().render(report(options));
  }

  @Override
  protected JsonObject doCallJson(Map<String, Object> options) {
    return new JsonRenderer().render(report(options));
  }

  private Section report(Map<String, Object> options) {
    Components components = new Components(getCamelContext());
    Object wanted = options.get(MODEL);
    List<LoadedModel> models =
        components.models().stream()
            .filter(model -> wanted == null || model.key().model().equals(wanted.toString()))
            .toList();
    // All components see the same devices.
    List<DeviceInfo> devices =
        components.all().map(GpuInferComponent::devices).findFirst().orElse(List.of());
    return new ConsoleReport(devices, models).section();
  }
}
