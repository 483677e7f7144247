package io.gpuinfer.serving;

import io.gpuinfer.serving.device.ServerThreads;
import io.gpuinfer.serving.state.StateChange;
import io.gpuinfer.serving.state.StateEvent;
import io.gpuinfer.serving.state.StateMachine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the state of one server, and lets requests in bit by bit while it recovers: one, then with
 * each clean batch twice as many. Not thread-safe: its owner guards it.
 */
final class StateKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);

  /** Clean batches that prove a device, which lets 1, 2, 4 … 32 requests in. */
  private static final int PROOF = 6;

  /** Strain is over when there was none for so long. */
  private static final long CALM = Duration.ofMillis(500).toNanos();

  private static final int REMEMBERED = 64;

  private final ServerConfig config;
  private final ServerThreads threads;
  private final Consumer<StateChange> told;
  private final StateMachine machine = new StateMachine();
  private final Deque<StateChange> history = new ArrayDeque<>();
  private int cleanBatches;
  private long lastStrain;

  /**
   * @param told is told of each change
   */
  StateKeeper(ServerConfig config, ServerThreads threads, Consumer<StateChange> told) {
    this.config = config;
    this.threads = threads;
    this.told = told;
  }

  ServerState state() {
    return machine.state();
  }

  /** The latest changes, the oldest first. */
  List<StateChange> history() {
    return List.copyOf(history);
  }

  /** Requests that may be in the server; all that fit unless it recovers. */
  int most() {
    return state() == ServerState.RECOVERING ? 1 << cleanBatches : Integer.MAX_VALUE;
  }

  /**
   * Tells of an event.
   *
   * @param reason what has happened, with figures
   */
  void on(StateEvent event, String reason) {
    machine
        .on(event)
        .ifPresent(
            before ->
                remember(
                    new StateChange(
                        config.name(),
                        config.version(),
                        before,
                        machine.state(),
                        event,
                        reason,
                        threads.epochMillis())));
  }

  private void remember(StateChange change) {
    cleanBatches = 0;
    lastStrain = threads.nanoTime();
    history.addLast(change);
    if (history.size() > REMEMBERED) {
      history.removeFirst();
    }
    LOG.info(
        "{} version {}: {} -> {}: {}",
        change.server(),
        change.version(),
        change.from(),
        change.to(),
        change.reason());
    told.accept(change);
  }

  /** A batch, or a canary, ran as it should; enough of them prove a device that came back. */
  void clean() {
    if (state() == ServerState.RECOVERING && ++cleanBatches == PROOF) {
      on(StateEvent.PROVEN, PROOF + " clean batches");
    }
  }

  /**
   * Tells how hard it is to serve.
   *
   * @param reason what makes it hard; empty when nothing does
   */
  void strain(Optional<String> reason) {
    long now = threads.nanoTime();
    if (reason.isPresent()) {
      lastStrain = now;
      on(StateEvent.STRAINED, reason.get());
    } else if (now - lastStrain >= CALM) {
      on(StateEvent.RELIEVED, "load and batch times are normal");
    }
  }
}
