package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.capacity.ModelCost;
import io.gpuinfer.serving.capacity.ObservedCost;
import java.util.List;
import java.util.Optional;

/**
 * What one of the models of a task costs, as far as it is known.
 *
 * @param id that no other one has: the task's, and where that has several models, the part's name
 * @param part the server's name
 * @param cost empty where it is not known
 * @param unknown why it is not; null where it is
 */
record KnownCost(
    String id, String part, DeviceInfo device, Optional<ModelCost> cost, String unknown) {

  static List<KnownCost> of(ServedModel model) {
    return model.servers().stream().map(server -> of(model, server)).toList();
  }

  private static KnownCost of(ServedModel model, ModelServer server) {
    SessionDescription session = server.describe();
    String part = server.name().substring(server.name().lastIndexOf('/') + 1);
    Optional<ModelCost> cost =
        new ObservedCost(session, server.statistics().batchTime()).cost(model.maxBatchSize());
    return new KnownCost(
        model.servers().size() == 1 ? model.id() : model.id() + "/" + part,
        server.name(),
        session.device(),
        cost,
        cost.isPresent() ? null : whyNot(session));
  }

  private static String whyNot(SessionDescription session) {
    return session.flops() == 0
        ? session.engine() + " does not count its work, so nothing can be planned from it"
        : "not enough was served yet, in batches of several sizes, to tell what an item takes and"
            + " what a batch; a load run shows it";
  }
}
