package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerCounts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** Shows the devices, the loaded models and how well they are served. */
@DevConsole(
    name = "gpu-infer",
    displayName = "GPU Infer",
    description = "Devices, loaded models and how well they are served")
public class GpuInferDevConsole extends AbstractDevConsole {

  public GpuInferDevConsole() {
    super("camel", "gpu-infer", "GPU Infer", "Devices, loaded models and how well they are served");
  }

  @Override
  protected String doCallText(Map<String, Object> options) {
    StringBuilder text = new StringBuilder("Devices:\n");
    devices().forEach(device -> text.append("  ").append(device).append('\n'));
    text.append("Models:\n");
    models().forEach(model -> append(model, text));
    return text.toString();
  }

  private static void append(LoadedModel model, StringBuilder text) {
    text.append(
        "  %s version %s (%s): %s%n"
            .formatted(model.key().model(), model.version(), model.type(), model.state()));
    for (ModelServer server : model.servers()) {
      SessionDescription session = server.describe();
      ServerCounts counts = server.counts();
      text.append(
          "    %s on %s by %s: %d MiB weights, %d MiB working memory%n"
              .formatted(
                  server.name(),
                  session.device().name(),
                  session.engine(),
                  session.weightBytes() >> 20,
                  session.arenaBytes() >> 20));
      text.append(
          "      waiting %d, completed %d, failed %d, expired %d, rejected %d%n"
              .formatted(
                  counts.waiting(),
                  counts.completed(),
                  counts.failed(),
                  counts.expired(),
                  counts.rejected()));
      if (session.flops() > 0) {
        // An engine that does not count its work has no share to show.
        text.append(
            "      %.1f%% of the last run's work was done on the device%n"
                .formatted(100 * session.deviceShare()));
      }
    }
  }

  @Override
  protected JsonObject doCallJson(Map<String, Object> options) {
    JsonArray devices = new JsonArray();
    devices().forEach(device -> devices.add(json(device)));
    JsonArray models = new JsonArray();
    models().forEach(model -> models.add(json(model)));
    JsonObject root = new JsonObject();
    root.put("devices", devices);
    root.put("models", models);
    return root;
  }

  private static JsonObject json(DeviceInfo device) {
    JsonObject json = new JsonObject();
    json.put("index", device.index());
    json.put("name", device.name());
    json.put("kind", device.kind().name());
    json.put("memoryBytes", device.memoryBytes());
    json.put("computeUnits", device.computeUnits());
    json.put("driver", device.driver());
    return json;
  }

  private static JsonObject json(LoadedModel model) {
    JsonArray servers = new JsonArray();
    model.servers().forEach(server -> servers.add(json(server)));
    JsonObject json = new JsonObject();
    json.put("model", model.key().model());
    json.put("version", model.version());
    json.put("task", model.type().name());
    json.put("state", model.state().name());
    json.put("drill", model.drill().isActive());
    json.put("servers", servers);
    return json;
  }

  private static JsonObject json(ModelServer server) {
    SessionDescription session = server.describe();
    ServerCounts counts = server.counts();
    JsonObject json = new JsonObject();
    json.put("name", server.name());
    json.put("state", server.state().name());
    json.put("engine", session.engine());
    json.put("device", session.device().name());
    json.put("weightBytes", session.weightBytes());
    json.put("arenaBytes", session.arenaBytes());
    json.put("flops", session.flops());
    json.put("deviceShare", session.deviceShare());
    json.put("waiting", counts.waiting());
    json.put("completed", counts.completed());
    json.put("failed", counts.failed());
    json.put("expired", counts.expired());
    json.put("rejected", counts.rejected());
    return json;
  }

  /** All components see the same devices. */
  private List<DeviceInfo> devices() {
    return components().map(GpuInferComponent::devices).findFirst().orElse(List.of());
  }

  private List<LoadedModel> models() {
    return components().flatMap(component -> component.models().all().stream()).toList();
  }

  private Stream<GpuInferComponent> components() {
    return getCamelContext().getComponentNames().stream()
        .map(name -> getCamelContext().hasComponent(name))
        .filter(GpuInferComponent.class::isInstance)
        .map(GpuInferComponent.class::cast);
  }
}
