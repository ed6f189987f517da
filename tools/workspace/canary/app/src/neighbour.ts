// An app never reaches into another one, and never asks the Kafka client itself: both expected to be errors.
import { Kafka } from 'kafkajs';
import { consoleTagged } from '../../console/src/private';

export const neighbour = [Kafka, consoleTagged];
