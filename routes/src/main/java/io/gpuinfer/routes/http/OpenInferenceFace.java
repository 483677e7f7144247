package io.gpuinfer.routes.http;

import io.gpuinfer.component.GpuInferComponent;
import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.component.ModelDescription;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.TaskType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The Open Inference Protocol, version 2, over REST (KServe, "Open Inference Protocol"): health,
 * metadata and inference. An endpoint gets the request's JSON, and has to answer with JSON of the
 * protocol, as {@code gpu-infer} with {@code task=tensor} and {@code settings.format=json} does.
 */
public final class OpenInferenceFace extends HttpFace {

  private static final String VERSION = "version";

  private OfferedModels models = new OfferedModels("");

  public OpenInferenceFace() {
    super(Protocol.OPEN_INFERENCE);
  }

  /**
   * The models that are offered, by the names that they have in URIs of {@code gpu-infer}: names
   * between commas, each with an equals sign and an endpoint.
   */
  public void setModels(String list) {
    this.models = new OfferedModels(list);
  }

  @Override
  void dispatch(Exchange exchange, String method, List<String> path) {
    if (path.size() >= 2 && path.get(0).equals("models")) {
      model(exchange, method, path.get(1), path.subList(2, path.size()));
      return;
    }
    switch (String.join("/", path)) {
      case "" -> {
        requireGet(method);
        answer(exchange, 200, server());
      }
      case "health/live" -> {
        requireGet(method);
        answer(exchange, 200, Map.of("live", true));
      }
      case "health/ready" -> {
        requireGet(method);
        for (String model : models.names()) {
          requireReady(exchange, model, Optional.empty());
        }
        answer(exchange, 200, Map.of("ready", true));
      }
      default -> throw notThere();
    }
  }

  private void model(Exchange exchange, String method, String model, List<String> path) {
    String endpoint = models.endpoint(model);
    Optional<String> version = Optional.empty();
    List<String> action = path;
    if (path.size() >= 2 && path.get(0).equals("versions")) {
      version = Optional.of(path.get(1));
      action = path.subList(2, path.size());
    }
    switch (String.join("/", action)) {
      case "" -> {
        requireGet(method);
        answer(exchange, 200, metadata(described(exchange, model, version)));
      }
      case "ready" -> {
        requireGet(method);
        requireReady(exchange, model, version);
        answer(exchange, 200, Map.of("name", model, "ready", true));
      }
      case "infer" -> {
        requirePost(method);
        if (version.isPresent()) {
          described(exchange, model, version);
          exchange.setVariable(VERSION, version.get());
        }
        send(exchange, endpoint, HttpBody.read(exchange.getMessage(), maxBytes()));
      }
      default -> throw notThere();
    }
  }

  @Override
  public void answered(Exchange exchange) {
    String wanted = exchange.getVariable(VERSION, String.class);
    String answered =
        exchange.getMessage().getHeader(GpuInferConstants.MODEL_VERSION, String.class);
    if (wanted != null && !wanted.equals(answered)) {
      throw new HttpRefusal(404, "The version was replaced by %s".formatted(answered));
    }
    answerText(exchange, 200, exchange.getMessage().getBody(String.class));
  }

  private static Map<String, Object> server() {
    Map<String, Object> server = new LinkedHashMap<>();
    server.put("name", "gpu-infer");
    server.put(
        "version",
        Optional.ofNullable(GpuInferComponent.class.getPackage().getImplementationVersion())
            .orElse("unreleased"));
    server.put("extensions", List.of());
    return server;
  }

  private static Map<String, Object> metadata(ModelDescription model) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", model.model());
    metadata.put("versions", List.of(model.version()));
    metadata.put("platform", "onnx_onnxv1");
    metadata.put("inputs", model.inputs());
    metadata.put("outputs", model.outputs());
    return metadata;
  }

  private static void requireReady(Exchange exchange, String model, Optional<String> version) {
    if (described(exchange, model, version).state() == ServerState.OFFLINE) {
      throw new HttpRefusal(503, "The device of model %s is offline".formatted(model));
    }
  }

  /** Of several ways in which a model of tensors is served, such as a fallback's, the best. */
  private static ModelDescription described(
      Exchange exchange, String model, Optional<String> version) {
    List<ModelDescription> served =
        exchange
            .getContext()
            .getComponent("gpu-infer", GpuInferComponent.class)
            .describe(model)
            .stream()
            .filter(description -> description.task() == TaskType.TENSOR)
            .toList();
    if (served.isEmpty()) {
      throw new HttpRefusal(503, "Model %s is not loaded".formatted(model));
    }
    return served.stream()
        .filter(description -> version.isEmpty() || description.version().equals(version.get()))
        .min((a, b) -> Boolean.compare(isOffline(a), isOffline(b)))
        .orElseThrow(
            () ->
                new HttpRefusal(
                    404,
                    "Model %s is not served in that version, but in %s"
                        .formatted(
                            model, served.stream().map(ModelDescription::version).toList())));
  }

  private static boolean isOffline(ModelDescription model) {
    return model.state() == ServerState.OFFLINE;
  }
}
