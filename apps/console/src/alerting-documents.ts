import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The forms of the API of alerts, for the OpenAPI document. */
class ToldDocument {
  @ApiProperty()
  subscription!: string;
  @ApiProperty({ enum: ['fired', 'repeated', 'resolved'] })
  told!: string;
  @ApiProperty({ format: 'date-time' })
  at!: string;
}

class AlertDocument {
  @ApiProperty()
  id!: string;
  @ApiProperty()
  rule!: string;
  @ApiProperty({ type: String, nullable: true })
  map!: string | null;
  @ApiProperty({ type: String, nullable: true })
  company!: string | null;
  @ApiProperty({ type: String, nullable: true })
  service!: string | null;
  @ApiProperty({ enum: ['warning', 'critical'] })
  severity!: string;
  @ApiProperty({ enum: ['pending', 'firing', 'recovering', 'resolved'] })
  state!: string;
  @ApiProperty({ format: 'date-time' })
  since!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  firedAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  resolvedAt!: string | null;
  @ApiProperty()
  value!: number;
  @ApiProperty()
  peak!: number;
  @ApiProperty({ example: '12 entries within 15 min (limit 10)' })
  text!: string;
  @ApiProperty({ type: [ToldDocument] })
  told!: ToldDocument[];
}

export class AlertsAnswer {
  @ApiProperty({ type: [AlertDocument] })
  alerts!: AlertDocument[];
}

export class AlertingObjectDocument {
  @ApiProperty({ enum: ['rules', 'channels', 'subscriptions', 'quiet-periods'] })
  kind!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: number;
  @ApiProperty({ format: 'date-time' })
  changedAt!: string;
  @ApiProperty({ type: Object, description: 'See docs/reference/alerts.md' })
  spec!: object;
  @ApiPropertyOptional({ enum: ['created', 'updated', 'unchanged'], description: 'Of a change' })
  action?: string;
}

export class AlertingObjectsAnswer {
  @ApiProperty({ type: [AlertingObjectDocument] })
  items!: AlertingObjectDocument[];
}

export class MuteRequest {
  @ApiProperty({ example: '2h' })
  for!: string;
  @ApiPropertyOptional()
  reason?: string;
}

class DeliveryDocument {
  @ApiProperty({ description: 'The same at every attempt; webhook-id of signed webhooks' })
  id!: string;
  @ApiProperty({ enum: ['notice', 'pause'] })
  kind!: string;
  @ApiProperty({ type: String, nullable: true })
  channel!: string | null;
  @ApiProperty({ type: String, nullable: true })
  subscription!: string | null;
  @ApiProperty({ enum: ['queued', 'sent', 'failed'] })
  state!: string;
  @ApiProperty()
  attempts!: number;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  endedAt!: string | null;
  @ApiProperty({ format: 'date-time', description: 'When it is tried next, while it is queued' })
  dueAt!: string;
  @ApiProperty({ type: String, nullable: true, description: 'What the other end said last' })
  answer!: string | null;
  @ApiProperty({ type: Object })
  payload!: object;
}

export class DeliveriesAnswer {
  @ApiProperty({ type: [DeliveryDocument] })
  deliveries!: DeliveryDocument[];
}

export class ChannelTestAnswer {
  @ApiProperty()
  isSent!: boolean;
  @ApiProperty({ description: 'What the other end said, or why it was not asked' })
  answer!: string;
}

export class BacktestRequest {
  @ApiPropertyOptional({ description: 'Name of a rule that is there' })
  rule?: string;
  @ApiPropertyOptional({ type: Object, description: 'Or the spec of one' })
  spec?: object;
  @ApiPropertyOptional({ default: 7, minimum: 1, maximum: 31 })
  days?: number;
}

class PastAlertDocument {
  @ApiProperty({ type: String, nullable: true })
  map!: string | null;
  @ApiProperty({ type: String, nullable: true })
  company!: string | null;
  @ApiProperty({ type: String, nullable: true })
  service!: string | null;
  @ApiProperty({ format: 'date-time' })
  firedAt!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'null: it would fire still',
  })
  resolvedAt!: string | null;
  @ApiProperty()
  peak!: number;
  @ApiProperty()
  text!: string;
}

export class BacktestAnswer {
  @ApiProperty()
  days!: number;
  @ApiProperty()
  firedCount!: number;
  @ApiProperty({ type: [PastAlertDocument] })
  alerts!: PastAlertDocument[];
}
