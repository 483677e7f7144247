package io.gpuinfer.dashboard;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the dashboard is set up.
 *
 * @param enabled Whether there is a dashboard at /gpu-infer/.
 * @param entrances Where to send what is tried on a model, by the model's id such as minilm@auto: a
 *     route such as direct:embed, which has a breaker and a fallback. The model's own endpoint
 *     where it is not set.
 */
@ConfigurationProperties("gpu-infer.dashboard")
public record DashboardProperties(
    @DefaultValue("true") boolean enabled, @DefaultValue Map<String, String> entrances) {}
