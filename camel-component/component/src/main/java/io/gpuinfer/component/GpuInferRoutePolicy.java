package io.gpuinfer.component;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerListener;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.state.StateChange;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suspends the consumers of its routes while a model is offline, so that messages wait where they
 * come from: in their queue, topic or folder.
 *
 * <p>They stay suspended while the device comes back (RECOVERING), and are resumed when it is
 * proven (STABLE or DEGRADED). A recovering model lets in a few requests at a time and would refuse
 * the rest; and a device that fails again and again would have its routes flap. Recovery needs no
 * requests: the server tries the device with its canary.
 *
 * <p>A message that is under way when the device fails ends as its route says; let it be
 * redelivered where it must not be lost.
 */
public class GpuInferRoutePolicy extends RoutePolicySupport {

  private static final Logger LOG = LoggerFactory.getLogger(GpuInferRoutePolicy.class);

  private final Watch watch = new Watch();
  private final Map<String, Route> routes = new ConcurrentHashMap<>();
  private final Set<String> suspended = ConcurrentHashMap.newKeySet();
  private Set<String> models = Set.of();
  private CamelContext context;
  private ExecutorService executor;
  private volatile boolean offline;

  /** For all models of the Camel context, unless {@link #setModels} names some. */
  public GpuInferRoutePolicy() {}

  /**
   * @param models names of models; on whichever devices these are
   */
  public GpuInferRoutePolicy(String... models) {
    this.models = Set.of(models);
  }

  /** Names of models, between commas. */
  public void setModels(String names) {
    models = Arrays.stream(names.split(",")).map(String::strip).collect(Collectors.toSet());
  }

  public String getModels() {
    return String.join(",", models);
  }

  @Override
  public void onInit(Route route) {
    synchronized (this) {
      if (executor == null) {
        context = route.getCamelContext();
        executor =
            context
                .getExecutorServiceManager()
                .newSingleThreadExecutor(this, "GpuInferRoutePolicy");
        context.getComponent("gpu-infer", GpuInferComponent.class); // is there from now on
        new Components(context).all().forEach(component -> component.observers().add(watch));
      }
    }
    routes.put(route.getId(), route);
  }

  @Override
  public void onRemove(Route route) {
    routes.remove(route.getId());
    suspended.remove(route.getId());
    synchronized (this) {
      if (routes.isEmpty() && executor != null) {
        new Components(context).all().forEach(component -> component.observers().remove(watch));
        context.getExecutorServiceManager().shutdown(executor);
        executor = null;
      }
    }
  }

  @Override
  public void onStart(Route route) {
    suspended.remove(route.getId());
    checkSoon();
  }

  @Override
  public void onResume(Route route) {
    suspended.remove(route.getId());
    checkSoon();
  }

  /** A consumer that was started while a model is offline shows itself by its first message. */
  @Override
  public void onExchangeBegin(Route route, Exchange exchange) {
    if (offline && !suspended.contains(route.getId())) {
      checkSoon();
    }
  }

  /** Whether the consumer of a route is suspended by this policy. */
  public boolean isSuspended(String routeId) {
    return suspended.contains(routeId);
  }

  /** On a thread of its own: whoever tells of a change may be a device's thread. */
  private synchronized void checkSoon() {
    if (executor != null) {
      try {
        executor.execute(this::check);
      } catch (RejectedExecutionException e) {
        LOG.debug("The Camel context stops, and its routes with it");
      }
    }
  }

  private void check() {
    Set<ServerState> states = EnumSet.noneOf(ServerState.class);
    for (LoadedModel model : new Components(context).models()) {
      if (models.isEmpty() || models.contains(model.key().model())) {
        states.add(model.state());
      }
    }
    offline = states.contains(ServerState.OFFLINE);
    for (Route route : routes.values()) {
      try {
        if (offline) {
          suspend(route);
        } else if (!states.contains(ServerState.RECOVERING)) {
          resume(route);
        }
      } catch (Exception e) {
        handleException(e);
      }
    }
  }

  private void suspend(Route route) throws Exception {
    if (isStarted(route) && suspended.add(route.getId())) {
      LOG.warn("Suspending the consumer of route {}: a model is offline", route.getId());
      suspendOrStopConsumer(route.getConsumer());
    }
  }

  private void resume(Route route) throws Exception {
    if (suspended.remove(route.getId()) && isStarted(route)) {
      LOG.info("Resuming the consumer of route {}", route.getId());
      resumeOrStartConsumer(route.getConsumer());
    }
  }

  /** A route that somebody stopped or suspended stays so. */
  private boolean isStarted(Route route) {
    ServiceStatus status = controller(route).getRouteStatus(route.getId());
    return status != null && status.isStarted();
  }

  private final class Watch implements ModelObserver {

    @Override
    public ServerListener listener(ModelKey key) {
      return new ServerListener() {
        @Override
        public void stateChanged(StateChange change) {
          checkSoon();
        }
      };
    }

    @Override
    public void unloaded(ModelKey key, String version, List<ModelServer> servers) {
      checkSoon();
    }
  }
}
