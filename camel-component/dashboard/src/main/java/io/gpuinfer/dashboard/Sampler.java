package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import io.gpuinfer.dashboard.Sample.DeviceLoad;
import io.gpuinfer.dashboard.Sample.ModelSample;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerError;
import io.gpuinfer.serving.state.StateChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Takes a sample of all models once a second, keeps it, and has it sent to the pages that are open.
 * One thread does it all, from when the application is there until it ends.
 *
 * <p>It is no {@code SmartLifecycle}: Spring would start the Camel context that it needs together
 * with it, and so before there are routes.
 */
final class Sampler implements ApplicationListener<ApplicationContextEvent> {

  static final long INTERVAL_MILLIS = 1000;

  /** Seconds that latencies, batches and busy shares look back. */
  static final int WINDOW = 10;

  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  private static final double NANOS_PER_SECOND = 1e9;

  private final ApplicationContext application;
  private final Models models;
  private final Calls calls;
  private final ErrorLog errors;
  private final History history;
  private final EventStreams streams;
  private final Clock clock;

  private final Map<String, ModelWindow> windows = new HashMap<>();
  private long lastNanos;
  private long lastMillis;
  private volatile ScheduledExecutorService thread;
  private volatile ScheduledFuture<?> ticks;

  Sampler(
      ApplicationContext application,
      Models models,
      Calls calls,
      ErrorLog errors,
      History history,
      EventStreams streams,
      Clock clock) {
    this.application = application;
    this.models = models;
    this.calls = calls;
    this.errors = errors;
    this.history = history;
    this.streams = streams;
    this.clock = clock;
  }

  /**
   * A change of the state of a model.
   *
   * @param model its id
   */
  record ModelChange(String model, Status.Change change) {}

  @Override
  public void onApplicationEvent(ApplicationContextEvent event) {
    // A context below this one, as the one of the management's server, has events of its own.
    if (event.getApplicationContext() == application) {
      if (event instanceof ContextRefreshedEvent && thread == null) {
        start();
      } else if (event instanceof ContextClosedEvent && thread != null) {
        stop();
      }
    }
  }

  private void start() {
    lastNanos = System.nanoTime();
    lastMillis = clock.millis();
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread own = new Thread(task, "gpu-infer-dashboard");
              own.setDaemon(true);
              return own;
            });
    ticks =
        thread.scheduleAtFixedRate(
            this::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Before the web server ends, since it waits for pages that are open. */
  private void stop() {
    ticks.cancel(false);
    thread.shutdownNow();
    thread = null;
    streams.close();
  }

  /** A tick that fails must not be the last one. */
  private void tick() {
    try {
      sample();
    } catch (RuntimeException e) {
      LOG.warn("The dashboard could take no sample", e);
    }
  }

  private void sample() {
    long now = clock.millis();
    long nanoTime = System.nanoTime();
    double seconds = (nanoTime - lastNanos) / NANOS_PER_SECOND;
    List<ServedModel> served = models.served();
    List<ModelSample> samples = new ArrayList<>();
    List<ModelWindow.Work> work = new ArrayList<>();
    Map<String, CallSums> sums = new HashMap<>();
    for (ServedModel model : served) {
      ModelCalls.Interval interval = calls.drain(model.id());
      ModelWindow window = windows.computeIfAbsent(model.id(), id -> new ModelWindow(WINDOW));
      window.add(model, nanoTime, interval.micros());
      samples.add(window.sample(model, interval, seconds));
      work.addAll(window.work());
      if (interval.sums().ended() > 0) {
        sums.put(model.id(), interval.sums());
      }
    }
    forgetOthers(served);
    List<DeviceLoad> devices = models.devices().stream().map(device -> load(device, work)).toList();
    Sample sample = new Sample(now, samples, devices);
    history.add(new Second(sample, sums));
    noteErrors(served, now);
    streams.send("sample", sample);
    changes(served, now).forEach(change -> streams.send("state", change));
    lastNanos = nanoTime;
    lastMillis = now;
  }

  private void forgetOthers(List<ServedModel> served) {
    Set<String> ids = new HashSet<>();
    served.forEach(model -> ids.add(model.id()));
    windows.keySet().retainAll(ids);
    calls.keep(ids);
  }

  private static DeviceLoad load(DeviceInfo device, List<ModelWindow.Work> work) {
    double share =
        work.stream()
            .filter(one -> StatusReport.isOn(one.server(), device))
            .mapToDouble(one -> one.nanos() <= 0 ? 0 : (double) one.busyNanos() / one.nanos())
            .sum();
    return new DeviceLoad(device.index(), Math.min(1, share));
  }

  /** What the servers found by themselves, with no request to tell it to. */
  private void noteErrors(List<ServedModel> served, long now) {
    for (ServedModel model : served) {
      for (ModelServer server : model.servers()) {
        for (ServerError error : server.errors()) {
          if (isNew(error.epochMillis(), now)) {
            errors.found(error.epochMillis(), model.id(), error.message());
          }
        }
      }
    }
  }

  private List<ModelChange> changes(List<ServedModel> served, long now) {
    List<ModelChange> changes = new ArrayList<>();
    for (ServedModel model : served) {
      for (ModelServer server : model.servers()) {
        for (StateChange change : server.history()) {
          if (isNew(change.epochMillis(), now)) {
            changes.add(new ModelChange(model.id(), Status.Change.of(change)));
          }
        }
      }
    }
    return changes;
  }

  /**
   * What comes in this very millisecond may not be all there yet, and is left for the next tick.
   */
  private boolean isNew(long epochMillis, long now) {
    return epochMillis >= lastMillis && epochMillis < now;
  }
}
