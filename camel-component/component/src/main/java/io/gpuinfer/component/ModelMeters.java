package io.gpuinfer.component;

import io.gpuinfer.serving.BatchReport;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.Refusal;
import io.gpuinfer.serving.RequestReport;
import io.gpuinfer.serving.ServerListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;

/**
 * Keeps the meters of all models of a component: they are there while the model is loaded. Models
 * that differ in nothing that a meter tells share theirs.
 */
final class ModelMeters implements ModelObserver {

  /** What Camel's own Micrometer components call the registry that they use. */
  private static final String CAMELS_REGISTRY = "metricsRegistry";

  private final MeterRegistry registry;
  private final String context;
  private final ConcurrentHashMap<Id, ServerMeters> meters = new ConcurrentHashMap<>();

  /**
   * @param context name of the Camel context, as Camel's own meters have it
   */
  ModelMeters(MeterRegistry registry, String context) {
    this.registry = registry;
    this.context = context;
  }

  /** What the meters of a server are told apart by. */
  private record Id(String model, String server, String version, String device) {}

  /** Uses the registry of an application, if it has one. */
  static Optional<ModelObserver> in(CamelContext context) {
    return registry(context).map(registry -> new ModelMeters(registry, context.getName()));
  }

  private static Optional<MeterRegistry> registry(CamelContext context) {
    MeterRegistry camels =
        context.getRegistry().lookupByNameAndType(CAMELS_REGISTRY, MeterRegistry.class);
    if (camels != null) {
      return Optional.of(camels);
    }
    Set<MeterRegistry> found = context.getRegistry().findByType(MeterRegistry.class);
    // Where there are several, one of them usually stands for all.
    return found.stream()
        .filter(CompositeMeterRegistry.class::isInstance)
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  @Override
  public void loaded(ModelKey key, String version, List<ModelServer> servers) {
    for (ModelServer server : servers) {
      meters
          .computeIfAbsent(
              id(key, server.name(), version), id -> new ServerMeters(registry, tags(id)))
          .add(server);
    }
  }

  @Override
  public void unloaded(ModelKey key, String version, List<ModelServer> servers) {
    for (ModelServer server : servers) {
      meters.computeIfPresent(
          id(key, server.name(), version), (id, shared) -> shared.remove(server) ? null : shared);
    }
  }

  @Override
  public ServerListener listener(ModelKey key) {
    return new ServerListener() {
      @Override
      public void batchEnded(BatchReport batch) {
        tell(batch.server(), batch.version(), own -> own.count(batch));
      }

      @Override
      public void requestEnded(RequestReport request) {
        tell(request.server(), request.version(), own -> own.count(request));
      }

      @Override
      public void requestRefused(String server, String version, Priority priority, Refusal why) {
        tell(server, version, own -> own.count(why));
      }

      /** A model that is being warmed up, or was unloaded, has no meters. */
      private void tell(String server, String version, Consumer<ServerMeters> event) {
        ServerMeters own = meters.get(id(key, server, version));
        if (own != null) {
          event.accept(own);
        }
      }
    };
  }

  private static Id id(ModelKey key, String server, String version) {
    return new Id(key.model(), server, version, key.device());
  }

  private Tags tags(Id id) {
    return Tags.of(
        "camelContext",
        context,
        "model",
        id.model(),
        "part",
        id.server().substring(id.server().lastIndexOf('/') + 1),
        "version",
        id.version(),
        "device",
        id.device());
  }
}
