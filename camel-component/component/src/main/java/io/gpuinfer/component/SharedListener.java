package io.gpuinfer.component;

import io.gpuinfer.serving.BatchReport;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.Refusal;
import io.gpuinfer.serving.RequestReport;
import io.gpuinfer.serving.ServerListener;
import io.gpuinfer.serving.state.StateChange;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; one that throws keeps nothing from the others. */
final class SharedListener implements ServerListener {

  private static final Logger LOG = LoggerFactory.getLogger(SharedListener.class);

  private final List<ServerListener> listeners;

  SharedListener(List<ServerListener> listeners) {
    this.listeners = listeners.stream().filter(l -> l != ServerListener.NONE).toList();
  }

  @Override
  public void stateChanged(StateChange change) {
    tell(listener -> listener.stateChanged(change));
  }

  @Override
  public void batchEnded(BatchReport batch) {
    tell(listener -> listener.batchEnded(batch));
  }

  @Override
  public void requestEnded(RequestReport request) {
    tell(listener -> listener.requestEnded(request));
  }

  @Override
  public void requestRefused(String server, String version, Priority priority, Refusal why) {
    tell(listener -> listener.requestRefused(server, version, priority, why));
  }

  private void tell(Consumer<ServerListener> event) {
    for (ServerListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("The listener {} threw, which it must not", listener, e);
      }
    }
  }
}
