package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerCounts;
import java.util.List;
import java.util.Map;
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
    for (GpuInferComponent component : components()) {
      component.devices().forEach(device -> text.append("  ").append(device).append('\n'));
      text.append("Models:\n");
      component.models().all().forEach(model -> append(model, text));
    }
    return text.toString();
  }

  private static void append(LoadedModel model, StringBuilder text) {
    text.append("  ")
        .append(model.key().model())
        .append(" version ")
        .append(model.version())
        .append(" (")
        .append(model.type())
        .append("): ")
        .append(model.state())
        .append('\n');
    for (ModelServer server : model.servers()) {
      ServerCounts counts = server.counts();
      SessionDescription session = server.describe();
      text.append(
          "    %s on %s: %d MiB weights, %d MiB working, %.0f%% on the device\n"
              .formatted(
                  server.name(),
                  session.device().name(),
                  session.weightBytes() >> 20,
                  session.arenaBytes() >> 20,
                  100 * session.deviceShare()));
      text.append(
          "      waiting %d, completed %d, failed %d, expired %d, rejected %d\n"
              .formatted(
                  counts.waiting(),
                  counts.completed(),
                  counts.failed(),
                  counts.expired(),
                  counts.rejected()));
    }
  }

  @Override
  protected JsonObject doCallJson(Map<String, Object> options) {
    JsonArray devices = new JsonArray();
    JsonArray models = new JsonArray();
    for (GpuInferComponent component : components()) {
      component.devices().forEach(device -> devices.add(json(device)));
      component.models().all().forEach(model -> models.add(json(model)));
    }
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
    json.put("deviceShare", session.deviceShare());
    json.put("waiting", counts.waiting());
    json.put("completed", counts.completed());
    json.put("failed", counts.failed());
    json.put("expired", counts.expired());
    json.put("rejected", counts.rejected());
    return json;
  }

  private List<GpuInferComponent> components() {
    return getCamelContext().getComponentNames().stream()
        .map(name -> getCamelContext().hasComponent(name))
        .filter(GpuInferComponent.class::isInstance)
        .map(GpuInferComponent.class::cast)
        .toList();
  }
}
