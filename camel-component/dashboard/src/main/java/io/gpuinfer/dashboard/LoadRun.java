package io.gpuinfer.dashboard;

import io.gpuinfer.dashboard.LoadReport.Row;
import io.gpuinfer.dashboard.LoadReport.State;
import io.gpuinfer.load.ClosedLoop;
import io.gpuinfer.load.Measurement;
import io.gpuinfer.load.OpenLoop;
import io.gpuinfer.load.PoissonArrivals;
import io.gpuinfer.load.PriorityMix;
import io.gpuinfer.load.RequestSequence;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One load run: callers who wait for their answers find the peak, and parts of that are offered one
 * after the other. It runs on the thread that starts it, which is interrupted to call it off.
 */
final class LoadRun implements Runnable {

  static final int CALLERS = 16;

  private static final Logger LOG = LoggerFactory.getLogger(LoadRun.class);
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration PEAK = Duration.ofSeconds(3);
  private static final Duration LENGTH = Duration.ofSeconds(4);
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** For the queue and the model's state to settle. */
  private static final Duration REST = Duration.ofSeconds(1);

  /** A model that answers more is offered no more than this, for the sake of the application. */
  private static final double MOST_PER_SECOND = 2000;

  /** The same times of sending in each run. */
  private static final long SEED = 1;

  private final String model;
  private final Endpoint endpoint;
  private final List<Object> bodies;
  private final Clock clock;
  private final long startedAt;

  private State state = State.RUNNING;
  private Long endedAt;
  private String step = "peak";
  private String message;
  private Double peak;
  private int stepsDone;
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param model its id
   * @param bodies sent in turn
   */
  LoadRun(String model, Endpoint endpoint, List<Object> bodies, Clock clock) {
    this.model = model;
    this.endpoint = endpoint;
    this.bodies = List.copyOf(bodies);
    this.clock = clock;
    this.startedAt = clock.millis();
  }

  @Override
  public void run() {
    try {
      measure();
      end(State.DONE, null);
    } catch (InterruptedException e) {
      end(State.CANCELLED, null);
    } catch (Refusal e) {
      end(State.FAILED, e.getMessage());
    } catch (Exception e) {
      LOG.error("A load on {} failed", model, e);
      end(State.FAILED, FailureKind.of(e).message(e));
    }
  }

  private void measure() throws Exception {
    double perSecond = findPeak();
    for (LoadLevel level : LoadLevel.values()) {
      Thread.sleep(REST.toMillis());
      begin(level.title());
      double offered = perSecond * level.percentOfPeak() / 100;
      Measurement measured =
          new OpenLoop(endpoint, DEADLINE)
              .run(new PoissonArrivals(offered, SEED), requests(), LENGTH);
      add(Row.of(level, offered, measured));
    }
  }

  private double findPeak() throws Exception {
    try (ClosedLoop callers =
        new ClosedLoop(endpoint.getCamelContext().createProducerTemplate(), CALLERS)) {
      Measurement measured = callers.run(endpoint, requests(), WARM_UP, PEAK);
      if (!(measured.goodput() > 0)) {
        throw Refusal.badRequest(
            "None of %d requests was answered; the latest errors tell why"
                .formatted(measured.totals().allSent()));
      }
      double perSecond = Math.min(MOST_PER_SECOND, measured.goodput());
      foundPeak(perSecond);
      return perSecond;
    }
  }

  private RequestSequence requests() {
    return new RequestSequence(bodies, PriorityMix.NONE, SEED);
  }

  private synchronized void foundPeak(double perSecond) {
    peak = perSecond;
    stepsDone++;
  }

  private synchronized void begin(String next) {
    step = next;
  }

  private synchronized void add(Row row) {
    rows.add(row);
    stepsDone++;
  }

  /** The run has ended, or is to be taken for ended; what comes later changes nothing. */
  synchronized void end(State how, String why) {
    if (state == State.RUNNING) {
      state = how;
      message = why;
      endedAt = clock.millis();
      step = null;
    }
  }

  synchronized boolean isRunning() {
    return state == State.RUNNING;
  }

  synchronized LoadReport report() {
    return new LoadReport(
        state,
        model,
        startedAt,
        endedAt,
        (double) stepsDone / (LoadLevel.values().length + 1),
        step,
        message,
        CALLERS,
        peak,
        rows);
  }
}
